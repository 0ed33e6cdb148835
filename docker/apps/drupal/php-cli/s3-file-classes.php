<?php
// Files of the module s3fs at the site's own address (s3-files.php): SITE/-/media/… is the object media/….
namespace bootdev;

use Drupal\s3fs\StreamWrapper\PublicS3fsStream;
use Drupal\s3fs\StreamWrapper\S3fsStream;

trait MediaAddress
{
    public function getExternalUrl()
    {
        return preg_replace('~^(https?://[^/]+)/(?:[^/]+/)?media/~U', '$1/-/media/', parent::getExternalUrl(), 1);
    }
}

class DrupalS3Files extends S3fsStream
{
    use MediaAddress;
}

class DrupalS3PublicFiles extends PublicS3fsStream
{
    use MediaAddress;
}
