<?php
declare(strict_types=1);

/** The site's database, over TLS that is verified against its own CA. */
function database(): PDO
{
    static $connection = null;
    return $connection ??= new PDO(
        sprintf('mysql:host=%s;port=%s;dbname=%s;charset=utf8mb4', setting('DB_HOST'), setting('DB_PORT'), setting('DB_NAME')),
        setting('DB_USER'),
        secret('db-password'),
        [
            PDO::ATTR_TIMEOUT => 2,
            PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
            PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
            PDO::MYSQL_ATTR_SSL_CA => '/run/secrets/app/db-ca.pem',
        ],
    );
}

function guest_book(): PDO
{
    static $exists = false;
    if (!$exists) {
        database()->exec('CREATE TABLE IF NOT EXISTS guest_book (
            id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(60) NOT NULL, words VARCHAR(500) NOT NULL,
            machine VARCHAR(60) NOT NULL, written TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)');
        $exists = true;
    }
    return database();
}
