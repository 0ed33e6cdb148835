/** All effects that a project's work has on this computer, as one object: tests give it another one (test/fakes/engine.ts). */
import { setTimeout } from 'node:timers/promises';
import { browse } from './browser.ts';
import { run } from './command.ts';
import { compose } from './compose.ts';
import { dockerEngine } from './docker.ts';
import { fileDigest, readBytes, readHead, readText, writeIfChanged, writeWhole } from './files.ts';
import { foldersIn, removeFolder } from './folder.ts';
import { runningProcess, thisProcess } from './guard/processes.ts';
import { takeLock } from './lock.ts';
import { addressesOf } from './names.ts';
import { askHttps, portIsFree } from './network.ts';
import { newBuffer, readPieces, toBytes } from './tree.ts';

export type Io = ReturnType<typeof makeIo>;

export function makeIo() {
  return {
    files: { readText, readHead, readBytes, fileDigest, pieces, writeWhole, writeIfChanged, foldersIn, removeFolder },
    takeLock,
    process: { thisProcess, runningProcess },
    run,
    docker: dockerEngine(),
    compose,
    network: { portIsFree, askHttps, addressesOf },
    browse,
    clock: { now, pause },
  };
}

/** A file's bytes, read when they are asked for. Throws the system's error. */
const pieces = (path: string): Iterable<Buffer> => readPieces(toBytes(path), newBuffer()).pieces;

/** Milliseconds from some moment on: for durations. */
const now = () => performance.now();

/** Ends after `ms`, or when the signal is aborted. */
const pause = async (ms: number, signal?: AbortSignal): Promise<void> => {
  await setTimeout(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
};
