<?php
// public:// and assets:// with the files in one place and the address in another (etc/php/public-files.php).
namespace bootdev;

use Drupal\Core\StreamWrapper\AssetsStream;
use Drupal\Core\StreamWrapper\PublicStream;

class DrupalPublicFiles extends PublicStream
{
    use PublicFiles;

    private const ADDRESS = 'sites/default/files';
}

class DrupalAssetFiles extends AssetsStream
{
    use PublicFiles;

    private const ADDRESS = 'sites/default/files';
}
