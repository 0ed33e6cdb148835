<?php
// public:// with the files in one place and the address in another (etc/php/public-files.php), private:// by nginx (private-files.php).
namespace bootdev;

class DrupalPublicFiles extends \DrupalPublicStreamWrapper
{
    use PublicFiles;

    private const ADDRESS = 'sites/default/files';

    public function getExternalUrl()
    {
        return $GLOBALS['base_url'] . '/' . self::ADDRESS . '/' . drupal_encode_path(str_replace('\\', '/', $this->getTarget()));
    }
}

class DrupalPrivateFiles extends \DrupalPrivateStreamWrapper
{
    use PrivateFiles;
}
