<?php
// nginx sends the private files that Drupal gives to visitors (etc/php/private-files.php).
namespace bootdev;

use Symfony\Component\EventDispatcher\EventSubscriberInterface;
use Symfony\Component\HttpFoundation\BinaryFileResponse;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\HttpKernel\Event\ResponseEvent;
use Symfony\Component\HttpKernel\KernelEvents;

/** In place of Symfony's own way (X-Sendfile-Type): that takes its mapping from the request, and some versions do not encode names. */
final class DrupalPrivateFiles implements EventSubscriberInterface
{
    public static function getSubscribedEvents(): array
    {
        return [KernelEvents::RESPONSE => ['handOver', -10_000]]; // when all others have had their say
    }

    public function handOver(ResponseEvent $event): void
    {
        $response = $event->getResponse();
        $uri = $response instanceof BinaryFileResponse ? $response->getFile()->getPathname() : '';
        if (PHP_SAPI === 'cli' || !str_starts_with($uri, 'private://') || $response->getStatusCode() !== 200) {
            return;
        }
        $handed = new Response('', 200, $response->headers->all());
        $handed->headers->remove('Content-Length');
        $handed->headers->set('X-Accel-Redirect', private_address(substr($uri, strlen('private://'))));
        $event->setResponse($handed);
    }
}
