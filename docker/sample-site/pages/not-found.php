<?php
http_response_code(404);
page('Not found', '<p>There is no such page. <a href="/">Home</a></p>');
