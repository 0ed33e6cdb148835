<?php
require dirname(__DIR__) . '/config/application.php';
require_once ABSPATH . 'wp-settings.php';
