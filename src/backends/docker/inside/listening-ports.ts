import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { CollectedText } from '../../../engine/text/collected-text.ts';
import { discard } from '../../kit/exec/discard.ts';
import { runInContainer } from '../../kit/exec/run-in-container.ts';
import { listeningIn } from '../../kit/ports/listening-ports.ts';
import { isOnThisMachine } from '../api/connection/engine-endpoint.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { containerSessions } from './check-in-container.ts';

/** Finds the TCP ports that listen in the network of a container: from outside where this machine runs it, else by a command in it. */
export class ListeningPorts {
  readonly #client: EngineClient;
  readonly #id: string;
  #pid: number | undefined;

  constructor(client: EngineClient, id: string) {
    this.#client = client;
    this.#id = id;
  }

  /** Undefined if it cannot be found out. */
  async read(signal: AbortSignal): Promise<ReadonlySet<number> | undefined> {
    const texts = (await this.#readHere()) ?? (await this.#readInside(signal));
    return texts === undefined ? undefined : new Set(listeningIn(texts).keys());
  }

  async #readHere(): Promise<string | undefined> {
    if (!isOnThisMachine(this.#client.endpoint)) return undefined;
    this.#pid ??= (await this.#client.inspect(this.#id))?.State.Pid;
    if (!this.#pid) return undefined;
    try {
      // Another process may have this pid where the engine runs in a machine of its own.
      if (!readFileSync(`/proc/${this.#pid}/cgroup`, 'utf8').includes(this.#id)) return undefined;
      return ['tcp', 'tcp6'].map((name) => readFileSync(`/proc/${this.#pid}/net/${name}`, 'utf8')).join('\n');
    } catch {
      return undefined;
    }
  }

  async #readInside(signal: AbortSignal): Promise<string | undefined> {
    const stdout = new CollectedText();
    try {
      const command = ['cat', '/proc/net/tcp', '/proc/net/tcp6'];
      const streams = { stdin: Readable.from([]), stdout, stderr: discard() };
      await runInContainer(containerSessions(this.#client, this.#id), command, { streams, signal });
      return stdout.text;
    } catch {
      return undefined;
    }
  }
}
