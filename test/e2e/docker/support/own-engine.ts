import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EngineClient } from '../../../../src/backends/docker/api/engine-client.ts';
import { isAlive } from '../../../support/host-processes.ts';
import { waitFor } from '../../../support/wait-for.ts';

/** An image that the engine of DOCKER_HOST has, and that an own engine gets from it. */
export const smallImage = 'docker.io/testcluster/busybox:1';

/** Why no engine can be started here; undefined if one can. */
export const noOwnEngine = findObstacle();

function findObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'dockerd needs root';
  if (!process.env.DOCKER_HOST?.startsWith('unix:')) return 'DOCKER_HOST names no socket to take an image from';
  if (spawnSync('dockerd', ['--version']).status !== 0) return 'there is no dockerd on the PATH';
  return spawnSync('unshare', ['--net', 'true']).status === 0 ? undefined : 'no network namespace can be made';
}

/** A Docker engine that a test may stop, kill and start, with networks apart from those of this machine. */
export class OwnEngine {
  readonly client: EngineClient;
  readonly #folder: string;
  #daemon: ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.client = new EngineClient({ host: this.host });
  }

  /** A started engine with `smallImage`. */
  static async create(): Promise<OwnEngine> {
    // A memory file system, because layers cannot be on one that has layers itself, as the root of a container.
    const engine = new OwnEngine(mkdtempSync('/run/symphony-engine-'));
    writeFileSync(engine.#namespace, '');
    spawnSync('unshare', [`--net=${engine.#namespace}`, 'ip', 'link', 'set', 'lo', 'up']);
    await engine.start();
    await engine.#loadImage();
    return engine;
  }

  get host(): string {
    return `unix://${this.#socket}`;
  }

  /** Starts it, and resolves once it answers. */
  async start(options: readonly string[] = []): Promise<void> {
    const log = openSync(join(this.#folder, 'log'), 'a');
    const place = ['data-root', 'exec-root', 'pidfile'].map((name) => `--${name}=${join(this.#folder, name)}`);
    const command = ['dockerd', ...place, '--host', this.host, ...options];
    this.#daemon = spawn('nsenter', [`--net=${this.#namespace}`, ...command], { stdio: ['ignore', log, log] });
    try {
      await waitFor(
        () =>
          this.client.ping({ seconds: 5, isAnew: true }).then(
            () => true,
            () => false,
          ),
        { timeout: 60 },
      );
    } catch (error) {
      throw new Error(`The engine does not answer: ${readFileSync(join(this.#folder, 'log'), 'utf8').slice(-2000)}`, {
        cause: error,
      });
    }
  }

  /** Ends its daemon, and resolves once it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === undefined) return;
    this.#daemon = undefined;
    const gone = once(daemon, 'exit');
    daemon.kill(signal);
    await gone;
    if (signal === 'SIGTERM') return;
    // Killed as well: a daemon takes it for running as long as it ends, or has ended and was not reaped.
    const pidFile = join(this.#folder, 'exec-root/containerd/containerd.pid');
    const below = Number(readFileSync(pidFile, 'utf8'));
    if (isAlive(below)) process.kill(below, 'SIGKILL');
    await waitFor(() => !isAlive(below));
    await rm(pidFile);
  }

  /** Removes it with everything in it. */
  async remove(): Promise<void> {
    if (this.#daemon === undefined) await this.start();
    for (const { Id } of await this.client.listContainers({})) await this.client.removeContainer(Id);
    await this.end('SIGTERM');
    this.client.close();
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
    const own = mounts.map((line) => line.split(' ')[1] ?? '').filter((path) => path.startsWith(`${this.#folder}/`));
    for (const path of own.reverse()) spawnSync('umount', ['--lazy', path]);
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #socket(): string {
    return join(this.#folder, 'docker.sock');
  }

  get #namespace(): string {
    return join(this.#folder, 'network');
  }

  async #loadImage(): Promise<void> {
    const from = process.env.DOCKER_HOST?.replace('unix://', '');
    const load = request({
      socketPath: this.#socket,
      method: 'POST',
      path: '/images/load',
      headers: { 'content-type': 'application/x-tar' },
    });
    const loaded = once(load, 'response');
    const save = request({ socketPath: from, path: `/images/${smallImage}/get` }).end();
    const [image] = await once(save, 'response');
    await pipeline(image, load);
    const [answer] = await loaded;
    for await (const _ of answer);
  }
}
