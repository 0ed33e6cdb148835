<?php
require __DIR__ . '/wp/wp-load.php';
