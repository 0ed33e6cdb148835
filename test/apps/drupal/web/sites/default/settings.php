<?php
$settings['own'] = __DIR__;
$settings['hash_salt'] = 'of the site';
$settings['reverse_proxy'] = true;
$databases['default']['default'] = ['database' => 'elsewhere', 'prefix' => 'mine_'];
$config['search_api.server.told']['backend_config']['connector_config'] = ['host' => 'production.example', 'timeout' => 9];
