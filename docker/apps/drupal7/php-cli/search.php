<?php
// Apache Solr Search asks the site's Solr, whatever its environments and their addresses are called.
namespace bootdev;

class ApacheSolr extends \DrupalApacheSolrService
{
    public function __construct($url, $env_id = null)
    {
        parent::__construct(solr()['url'], $env_id);
    }
}
