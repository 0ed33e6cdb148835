<?php
// For applications with Drupal's file classes: uploads are in the shared files, while their address stays the usual one below the code, where
// nginx serves them (docker/apps: nginx/locations.conf). Drupal has one setting for both; it makes routes of it, so it has to be the address.
namespace bootdev;

trait PublicFiles
{
    private bool $onDisk = false;

    public function getDirectoryPath()
    {
        return $this->onDisk ? '/srv/files/public' : self::ADDRESS;
    }

    protected function getLocalPath($uri = null)
    {
        return $this->onDisk(fn () => parent::getLocalPath($uri));
    }

    public function mkdir($uri, $mode, $options)
    {
        return $this->onDisk(fn () => parent::mkdir($uri, $mode, $options));
    }

    private function onDisk(\Closure $operation): mixed
    {
        $before = $this->onDisk;
        $this->onDisk = true;
        try {
            return $operation();
        } finally {
            $this->onDisk = $before;
        }
    }
}
