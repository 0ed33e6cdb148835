import { expect, test } from 'vitest';
import { filesOf, metaOf } from '../../../src/site/features/links.ts';

const html = `<html><head>
<meta name="description" content="x"><link rel='canonical' href='https://shop.localhost:8443/'>
<link rel="stylesheet" href="/site.css?v=1&amp;w=2"><link rel="stylesheet" href="https://fonts.example/x.css">
<script src="https://shop.localhost:8443/a.js"></script><img src="picture.webp"><img src="/site.css?v=1&amp;w=2">
<a href="/about">about</a><a href="javascript:x.css">no</a><img src="http://[">`;

test('the files of a page are those of its own host, each once', () => {
  expect(filesOf(html, 'https://shop.localhost:8443')).toEqual(['/site.css?v=1&w=2', '/a.js', '/picture.webp']);
});

test('what a page tells of itself', () => {
  expect(metaOf(html)).toEqual(['description', 'canonical']);
  expect(metaOf('<meta property="og:title" content="x"><meta content="y" property="og:image">')).toEqual([
    'og:title',
    'og:image',
  ]);
  expect(metaOf('')).toEqual([]);
});
