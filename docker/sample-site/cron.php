<?php
// The site's periodic work: the guest book keeps its newest hundred entries.
declare(strict_types=1);

require __DIR__ . '/lib/site.php';
require __DIR__ . '/lib/database.php';

// At the first start the database may be ready later than this machine.
for ($try = 1; ; $try++) {
    try {
        $last = guest_book()->query('SELECT id FROM guest_book ORDER BY id DESC LIMIT 1 OFFSET 100')->fetchColumn();
        break;
    } catch (PDOException $problem) {
        if ($try === 30) {
            throw $problem;
        }
        sleep(1);
    }
}
if ($last) {
    guest_book()->prepare('DELETE FROM guest_book WHERE id <= ?')->execute([$last]);
}
