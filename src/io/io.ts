/** All effects that a project's work has on this computer, as one object: tests give it another one (test/fakes/engine.ts). */
import { setTimeout } from 'node:timers/promises';
import { browse } from './browser.ts';
import { attached, run, stream } from './command.ts';
import { compose } from './compose.ts';
import { growingFile } from './data/growing.ts';
import { dockerEngine } from './docker.ts';
import {
  changedAt,
  fileDigest,
  makeFolder,
  readBytes,
  readHead,
  readText,
  removeFile,
  writeIfChanged,
  writeWhole,
} from './files.ts';
import { foldersIn, moveFolder, namesIn, removeFolder } from './folder.ts';
import { runningProcess, thisProcess } from './guard/processes.ts';
import { takeLock } from './lock.ts';
import { addressesOf } from './names.ts';
import { askHttp, askHttps, portIsFree, visit } from './network.ts';
import { forward } from './server/forward.ts';
import { newBuffer, readPieces, toBytes } from './tree.ts';

export type Io = ReturnType<typeof makeIo>;

export function makeIo() {
  return {
    files: {
      ...{ readText, readHead, readBytes, fileDigest, changedAt, pieces, writeWhole, writeIfChanged, removeFile },
      ...{ namesIn, foldersIn, makeFolder, moveFolder, removeFolder, growing: growingFile },
    },
    takeLock,
    process: { thisProcess, runningProcess },
    run,
    stream,
    attached,
    docker: dockerEngine(),
    compose,
    network: { portIsFree, askHttp, askHttps, addressesOf, visit },
    browse,
    forward,
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
