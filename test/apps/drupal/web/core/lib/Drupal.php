<?php
namespace {
    class Drupal
    {
        const VERSION = '11.0.0';
    }
}

namespace Drupal\Core\StreamWrapper {
    /** One setting is the address of routes and the folder of files. */
    class LocalStream
    {
        /** @var array<string, mixed> */
        public static array $settings = [];

        public function getDirectoryPath()
        {
            return self::$settings['file_public_path'] ?? 'sites/default/files';
        }

        protected function getLocalPath($uri = null)
        {
            return $this->getDirectoryPath() . substr($uri, strlen('public:/'));
        }

        public function realpath($uri)
        {
            return $this->getLocalPath($uri);
        }

        public function mkdir($uri, $mode, $options)
        {
            $path = $this->getDirectoryPath() . substr($uri, strlen('public:/'));
            return is_dir($path) || mkdir($path, $mode, (bool) ($options & STREAM_MKDIR_RECURSIVE));
        }
    }

    class PublicStream extends LocalStream
    {
    }

    class AssetsStream extends PublicStream
    {
    }
}

namespace Drupal\Core\Config {
    /** Configuration is asked for by name, and each service with the tag config.factory.override may change it. */
    interface ConfigFactoryOverrideInterface
    {
        public function loadOverrides($names);

        public function getCacheSuffix();

        public function createConfigObject($name, $collection = StorageInterface::DEFAULT_COLLECTION);

        public function getCacheableMetadata($name);
    }

    interface StorageInterface
    {
        const DEFAULT_COLLECTION = '';

        /** @return array<string, mixed>|false */
        public function read($name);
    }
}

namespace Drupal\Core\Cache {
    class CacheableMetadata
    {
    }
}
