<?php
// Search API Solr asks the site's Solr, whatever its server is called: settings.php can override what it knows the name of, and a server's name is
// the site's own, often only in the database. Drupal asks here for each configuration by its name.
namespace bootdev;

use Drupal\Core\Cache\CacheableMetadata;
use Drupal\Core\Config\ConfigFactoryOverrideInterface;
use Drupal\Core\Config\StorageInterface;

final class SearchServers implements ConfigFactoryOverrideInterface
{
    public function __construct(private readonly StorageInterface $storage)
    {
    }

    public function loadOverrides($names): array
    {
        $servers = array_filter(
            $names,
            fn (string $name): bool => str_starts_with($name, 'search_api.server.') && ($this->storage->read($name)['backend'] ?? '') === 'search_api_solr',
        );
        return array_fill_keys($servers, ['backend_config' => self::backend()]);
    }

    /** Also of another connector: a host's own (Acquia, Pantheon), SolrCloud. */
    public static function backend(): array
    {
        ['scheme' => $scheme, 'host' => $host, 'port' => $port, 'core' => $core] = solr();
        return ['connector' => 'standard', 'connector_config' => ['scheme' => $scheme, 'host' => $host, 'port' => $port, 'path' => '/', 'core' => $core]];
    }

    public function getCacheSuffix(): string
    {
        return 'bootdev';
    }

    public function createConfigObject($name, $collection = StorageInterface::DEFAULT_COLLECTION)
    {
        return null;
    }

    public function getCacheableMetadata($name): CacheableMetadata
    {
        return new CacheableMetadata();
    }
}
