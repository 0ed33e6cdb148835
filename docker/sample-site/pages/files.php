<?php
$folder = SHARED . '/public/uploads';
$kinds = ['jpg', 'jpeg', 'png', 'gif', 'webp', 'txt', 'pdf'];

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $file = $_FILES['file'] ?? ['error' => UPLOAD_ERR_NO_FILE, 'name' => ''];
    $kind = strtolower(pathinfo($file['name'], PATHINFO_EXTENSION));
    if ($file['error'] !== UPLOAD_ERR_OK || !in_array($kind, $kinds, true)) {
        http_response_code(422);
        page('Not accepted', '<p class="bad">Please upload a file of one of these types: ' . implode(', ', $kinds) . '.</p><p><a href="/files">Back</a></p>');
        return;
    }
    if (!is_dir($folder)) {
        mkdir($folder, 0775, true);
    }
    $name = preg_replace('/[^a-z0-9]+/', '-', strtolower(pathinfo($file['name'], PATHINFO_FILENAME)));
    $name = trim(substr($name, 0, 40), '-') . '-' . bin2hex(random_bytes(3)) . ".$kind";
    move_uploaded_file($file['tmp_name'], "$folder/$name");
    redirect("/files?file=$name");
}

$list = '';
foreach (array_slice(array_reverse(glob("$folder/*") ?: []), 0, 30) as $path) {
    $name = h(basename($path));
    $list .= "<li><a href=\"/files/uploads/$name\">$name</a><small>" . number_format(filesize($path)) . ' bytes</small></li>';
}
page('Files', '
    <p>A file that one web machine accepts is served by all of them.</p>
    <form method="post" enctype="multipart/form-data">
      <label>File <input type="file" name="file" required accept=".' . implode(',.', $kinds) . '"></label>
      <button>Upload</button>
    </form>
    <ul class="entries">' . ($list ?: '<li>Nothing uploaded yet.</li>') . '</ul>');
