<?php
// public:// with the files in one place and the address in another (etc/php/public-files.php), private:// by nginx (private-files.php).
namespace bootdev;

class BackdropPublicFiles extends \BackdropPublicStreamWrapper
{
    use PublicFiles;

    private const ADDRESS = 'files';

    public function getExternalUrl()
    {
        return $GLOBALS['base_url'] . '/' . self::ADDRESS . '/' . backdrop_encode_path(str_replace('\\', '/', $this->getTarget()));
    }
}

class BackdropPrivateFiles extends \BackdropPrivateStreamWrapper
{
    use PrivateFiles;
}
