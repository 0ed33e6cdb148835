<?php
// write.php FOLDER SECONDS: small files one after the other, each synced and closed, and only then acknowledged by a line
// "ack ID TIME" (or "fail ID TIME why"). What FOLDER/ID must hold is sha256(ID), so a reader needs nothing else.
[, $folder, $seconds] = $argv;
@mkdir($folder);
$end = microtime(true) + (float) $seconds;
for ($n = 0; microtime(true) < $end; $n++) {
    $id = sprintf('%05d', $n);
    $text = hash('sha256', $id);
    error_clear_last();
    $file = @fopen("$folder/$id", 'w');
    $done = $file && @fwrite($file, $text) === strlen($text) && @fsync($file) && @fclose($file);
    printf("%s %s %.4f %s\n", $done ? 'ack' : 'fail', $id, microtime(true), error_get_last()['message'] ?? '');
    usleep(10_000);
}
