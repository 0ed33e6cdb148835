<?php
require __DIR__ . '/../lib/database.php';

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $name = mb_substr(trim((string) ($_POST['name'] ?? '')), 0, 60);
    $words = mb_substr(trim((string) ($_POST['words'] ?? '')), 0, 500);
    if ($name !== '' && $words !== '') {
        guest_book()->prepare('INSERT INTO guest_book (name, words, machine) VALUES (?, ?, ?)')->execute([$name, $words, machine('BOOTDEV_MACHINE')]);
    }
    redirect('/database?entry=' . guest_book()->lastInsertId());
}

$entries = '';
foreach (guest_book()->query('SELECT * FROM guest_book ORDER BY id DESC LIMIT 20') as $entry) {
    $entries .= '<li><b>' . h($entry['name']) . '</b> ' . h($entry['words']) . '<small>' . h("{$entry['written']} UTC, through {$entry['machine']}") . '</small></li>';
}
page('Guest book', '
    <form method="post">
      <label>Name <input name="name" required maxlength="60" autocomplete="name"></label>
      <label>Words <textarea name="words" required maxlength="500" rows="3"></textarea></label>
      <button>Write</button>
    </form>
    <ul class="entries">' . ($entries ?: '<li>Nobody yet. Be the first.</li>') . '</ul>');
