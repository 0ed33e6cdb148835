<?php
// For install.php of an application (docker/apps): what `bootdev site install` asks for, one line of JSON on standard input, so that a password
// is in no argument. Ends with 3 where the database has tables already.
namespace bootdev;

ini_set('zend.exception_ignore_args', '1'); // an uncaught error names no password
$asked = json_decode((string) fgets(STDIN), false, 2, JSON_THROW_ON_ERROR);

$database = sprintf('mysql:host=%s;port=%s;dbname=%s', getenv('DB_HOST'), getenv('DB_PORT'), getenv('DB_NAME'));
$password = trim((string) file_get_contents('/run/secrets/app/db-password'));
$connection = new \PDO($database, getenv('DB_USER'), $password, [\PDO::MYSQL_ATTR_SSL_CA => '/run/secrets/app/db-ca.pem']);
if ($connection->query('SHOW TABLES')->fetch()) {
    exit(3);
}
$connection = null; // the application has its own

/** @var object{title: string, user: string, mail: string, password: string} */
return $asked;
