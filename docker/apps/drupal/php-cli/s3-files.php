<?php
// The module s3fs makes addresses of a name and the object's key; bootdev's classes (s3-file-classes.php) have the /-/ between them too.
namespace bootdev;

use Drupal\Core\DependencyInjection\ContainerBuilder;
use Drupal\Core\DependencyInjection\ServiceModifierInterface;

/** After the module's own, which decides whether public:// is in the bucket too. Where it is not enabled there is nothing to change. */
final class S3FilesServices implements ServiceModifierInterface
{
    private const CLASSES = [
        'Drupal\s3fs\StreamWrapper\S3fsStream' => 'bootdev\DrupalS3Files',
        'Drupal\s3fs\StreamWrapper\PublicS3fsStream' => 'bootdev\DrupalS3PublicFiles',
    ];

    public function alter(ContainerBuilder $container): void
    {
        foreach (['stream_wrapper.s3fs', 'stream_wrapper.public'] as $id) {
            $definition = $container->hasDefinition($id) ? $container->getDefinition($id) : null;
            if ($class = self::CLASSES[$definition?->getClass()] ?? null) {
                $definition->setClass($class);
            }
        }
    }
}
