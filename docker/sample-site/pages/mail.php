<?php
require __DIR__ . '/../lib/mailbox.php';

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $to = filter_var($_POST['to'] ?? '', FILTER_VALIDATE_EMAIL);
    if ($to) {
        send_mail($to, 'A mail from ' . machine('BOOTDEV_MACHINE'), "It works.\n");
    }
    redirect('/mail?sent=' . rawurlencode((string) $to));
}

$sent = (string) ($_GET['sent'] ?? '');
page('Mail', ($sent === '' ? '' : '<p class="good" role="status">Sent to ' . h($sent) . '.</p>') . '
    <p>PHP sends a mail by sendmail to ' . h(setting('MAIL_HOST')) . '. In the replica it goes no further: the mail machine keeps it and shows it on a page of its own.</p>
    <form method="post">
      <label>To <input type="email" name="to" required autocomplete="email"></label>
      <button>Send</button>
    </form>');
