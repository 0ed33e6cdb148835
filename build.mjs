// Bundles src/cli.ts to dist/. Splitting keeps Ink and dockerode out of the chunks that `--version` and usage errors load;
// the banner gives bundled CommonJS dependencies a require(); optional native parts stay outside.
import { chmod, rm } from 'node:fs/promises';
import { build } from 'esbuild';

// What CommonJS dependencies take for granted.
const banner = `import { createRequire as __createRequire } from 'node:module';
import { dirname as __dirnameOf } from 'node:path';
const require = __createRequire(import.meta.url);
const __filename = import.meta.filename;
const __dirname = __dirnameOf(__filename);`;

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/cli.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  jsx: 'automatic',
  minifySyntax: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  external: ['react-devtools-core', 'cpu-features', '*.node'],
  banner: { js: banner },
  logLevel: 'warning',
});
await chmod('dist/cli.js', 0o755);
