<?php
page('This site runs on your own infrastructure', <<<'HTML'
    <p class="lead">A load balancer, web machines, a database, caches, object storage and mail, all made from one settings file:
    here as containers, on AWS as stacks with the same files.</p>
    <ul class="cards">
      <li><a href="/database">Database</a> A guest book in MySQL, over TLS.</li>
      <li><a href="/cache">Cache</a> Memcached nodes, and the micro-cache in front of PHP.</li>
      <li><a href="/files">Files</a> Uploads that every web machine sees.</li>
      <li><a href="/mail">Mail</a> Sent by PHP, kept by the mail machine.</li>
      <li><a href="/s3">S3</a> An object stored, read and deleted.</li>
      <li><a href="/machine">Machine</a> Which machine answers you, and its configuration.</li>
    </ul>
    <p>Reload: for a few seconds nginx sends the same page to every visitor (header <code>X-Cache</code>). Then another machine may
    build it; the line at the bottom shows which. <a href="/status">Status</a> tests everything.</p>
    HTML);
