<?php
require dirname(__DIR__) . '/default/settings.php';
$settings['own'] = __DIR__;
