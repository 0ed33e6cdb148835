// Bundles src/cli.ts to dist/. Splitting keeps Ink and dockerode out of the chunks that `--version` and usage errors load;
// the banner gives bundled CommonJS dependencies a require(); optional native parts stay outside. Nothing is left to install beside
// it: `npx bootdev` fetches this one package.
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

// What CommonJS dependencies take for granted.
const banner = `import { createRequire as __createRequire } from 'node:module';
import { dirname as __dirnameOf } from 'node:path';
const require = __createRequire(import.meta.url);
const __filename = import.meta.filename;
const __dirname = __dirnameOf(__filename);`;

/** dockerode builds images with gRPC, a megabyte that each command would load. `docker build` makes ours. */
const withoutBuilds = {
  name: 'without-builds',
  setup(esbuild) {
    const contents = 'module.exports = () => { throw new Error("dockerode is here without its sessions of builds"); };';
    esbuild.onLoad({ filter: /dockerode[\\/]lib[\\/]session\.js$/ }, () => ({ contents }));
  },
};

await rm('dist', { recursive: true, force: true });
const { metafile } = await build({
  metafile: true,
  entryPoints: ['src/cli.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  // As modules the AWS SDK is what is used of it. As CommonJS, its `main`, each client is evaluated whole: half a second.
  mainFields: ['module', 'main'],
  target: 'node20',
  jsx: 'automatic',
  minifySyntax: true,
  minifyWhitespace: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  external: ['react-devtools-core', 'cpu-features', '*.node'],
  plugins: [withoutBuilds],
  banner: { js: banner },
  logLevel: 'warning',
});
await chmod('dist/cli.js', 0o755);
await writeFile(
  'dist/THIRD-PARTY.txt',
  (await notices(packagesIn(Object.keys(metafile.inputs)))).join(`\n${'-'.repeat(80)}\n`),
);

/** Folders of the packages that these files are from. */
function packagesIn(files) {
  const folders = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  return [...new Set(folders.filter(Boolean))].sort();
}

/** What their licences ask for wherever their code goes: the name, the notice, the text. */
function notices(folders) {
  return Promise.all(
    folders.map(async (folder) => {
      const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
      const texts = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
      const read = await Promise.all(texts.map((file) => readFile(join(folder, file), 'utf8')));
      return [`${name} ${version} (${license})`, ...read].join('\n\n');
    }),
  );
}
