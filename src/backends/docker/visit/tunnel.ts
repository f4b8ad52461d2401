import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { discard } from '../../kit/exec/discard.ts';
import type { EngineClient } from '../api/engine-client.ts';
import type { LaunchLabels } from '../containers/labels.ts';
import type { LaunchFacts } from '../containers/launch-facts.ts';
import { ensureHolderImage, holderProgram } from '../images/holder-image.ts';
import { EngineSession } from '../inside/engine-session.ts';
import { tunnelCall } from './tunnel-call.ts';

/** What a tunnel leads to. */
export interface TunnelTarget {
  /** The id of the container of the process. */
  readonly container: string;
  readonly port: number;
  /** How messages name the process. */
  readonly name: string;
}

export interface TunnelContext {
  readonly client: EngineClient;
  readonly launch: LaunchLabels;
  readonly facts: LaunchFacts;
}

/**
 * A way into the network of a container, through the API of its engine alone: a second container in that network, in which
 * each connection is a command that relays it. It is gone with the connection of this client, however that ends.
 */
export class Tunnel {
  readonly #client: EngineClient;
  readonly #id: string;
  /** While it is open, the container runs. */
  readonly #stdin: Duplex;

  /** @param container the id of the container whose network it leads into @throws SymphonyError if the engine refuses it */
  static async open({ client, launch, facts }: TunnelContext, container: string): Promise<Tunnel> {
    await ensureHolderImage(client);
    const name = `${launch.experiment}.visit-${randomBytes(4).toString('hex')}.${launch.launchId}`;
    const id = await client.createContainer(name, tunnelCall(container, launch, facts));
    let stdin: Duplex | undefined;
    try {
      stdin = await client.attach(id, { stdin: true });
      await client.start(id);
      return new Tunnel(client, id, stdin);
    } catch (error) {
      stdin?.destroy();
      await client.removeContainer(id).catch(() => undefined);
      throw error;
    }
  }

  private constructor(client: EngineClient, id: string, stdin: Duplex) {
    this.#client = client;
    this.#id = id;
    this.#stdin = stdin;
    stdin.on('error', () => undefined).once('end', () => stdin.destroy());
    stdin.resume();
  }

  /** Whether connections can still be made through it. */
  get isOpen(): boolean {
    return !this.#stdin.destroyed;
  }

  /**
   * Connects a paused socket to a port of the container. Resolves when the connection has ended.
   * @throws SymphonyError if nothing listens there
   */
  async forward(socket: Socket, { port, name }: Omit<TunnelTarget, 'container'>, signal: AbortSignal): Promise<void> {
    const session = await EngineSession.open(this.#client, this.#id, [holderProgram, String(port)], {
      stdin: true,
      terminal: false,
      stdout: socket,
      stderr: discard(),
      signal,
    });
    socket.on('data', (bytes) => {
      socket.pause();
      void session.write(bytes).then(() => socket.resume());
    });
    socket.once('end', () => void session.endInput());
    socket.once('close', () => session.close());
    if (socket.destroyed) session.close();
    socket.resume();
    const ended = await session.result.catch((error: unknown) => {
      if (!socket.destroyed) throw error;
    });
    // A reset shows the client that the data is incomplete.
    if (ended?.exitCode === 0) socket.destroySoon();
    else socket.resetAndDestroy();
    if (ended?.exitCode === 1) throw new SymphonyError('failed', `Nothing listens on port ${port} of process ${name}.`);
  }

  /** Ends it, with all its connections. Never rejects: what cannot be removed now ends with the connection. */
  async close(): Promise<void> {
    this.#stdin.destroy();
    await this.#client.removeContainer(this.#id).catch(() => undefined);
  }
}

/** The tunnels of one visit: one to the newest container of its process. */
export class Tunnels {
  readonly #context: TunnelContext;
  #current: { readonly container: string; readonly tunnel: Promise<Tunnel> } | undefined;

  constructor(context: TunnelContext) {
    this.#context = context;
  }

  /** The tunnel into the network of a container. It replaces that into the network of another. */
  async to(container: string): Promise<Tunnel> {
    const known = this.#current;
    if (known?.container === container && (await isOpen(known.tunnel))) return known.tunnel;
    // Another connection was faster.
    if (this.#current !== known) return this.to(container);
    const tunnel = Tunnel.open(this.#context, container);
    this.#current = { container, tunnel };
    void closeTunnel(known?.tunnel);
    return tunnel;
  }

  async close(): Promise<void> {
    await closeTunnel(this.#current?.tunnel);
  }
}

function isOpen(tunnel: Promise<Tunnel>): Promise<boolean> {
  return tunnel.then(
    (opened) => opened.isOpen,
    () => false,
  );
}

async function closeTunnel(tunnel: Promise<Tunnel> | undefined): Promise<void> {
  await (await tunnel?.catch(() => undefined))?.close();
}
