<?php
// For applications with Drupal's file classes: nginx sends a private file that the application has given to a visitor (docker/roles/nginx:
// private.conf). Who gets it, and as what, the application has said by then, in its headers.
namespace bootdev;

/** Instead of a file's bytes. `$path`: below /srv/files/private. False: too late, or no request. */
function hand_over(string $path): bool
{
    if (PHP_SAPI === 'cli' || headers_sent()) {
        return false;
    }
    header('X-Accel-Redirect: ' . private_address($path));
    return true;
}

function private_address(string $path): string
{
    return '/-/private/' . implode('/', array_map(rawurlencode(...), explode('/', ltrim($path, '/'))));
}

/** private:// of Drupal 7 and Backdrop. Their file_transfer() sends the headers, then reads the file to the visitor: it reads nothing here. */
trait PrivateFiles
{
    public function stream_open($uri, $mode, $options, &$opened_path)
    {
        $isOpen = parent::stream_open($uri, $mode, $options, $opened_path);
        $root = '/srv/files/private/';
        $callers = array_column(debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS, 4), 'function');
        if ($isOpen && in_array('file_transfer', $callers, true)) {
            $path = (string) realpath(stream_get_meta_data($this->handle)['uri']);
            if (str_starts_with($path, $root) && hand_over(substr($path, strlen($root)))) {
                $this->handle = fopen('php://memory', 'r');
            }
        }
        return $isOpen;
    }
}
