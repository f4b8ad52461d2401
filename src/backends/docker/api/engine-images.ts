import type { Duplex, Readable } from 'node:stream';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { EngineApi } from './engine-api.ts';
import { unlessAbsent } from './engine-error.ts';
import type { ImageInfo, Labels } from './engine-objects.ts';

export interface PullMessage {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
}

/** What an engine says while it builds. Builders differ in which fields they use. */
export interface BuildMessage extends PullMessage {
  /** Text for people, with line ends. */
  readonly stream?: string;
  /** Of the message that `id` names: the id of the image, or a trace of BuildKit. */
  readonly aux?: unknown;
  readonly errorDetail?: { readonly message?: string };
}

export interface BuildRequest {
  /** With tags. */
  readonly names: readonly string[];
  /** In the archive. */
  readonly dockerfile: string;
  readonly target?: string | undefined;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Labels;
  /** Whether the images that it builds on are pulled even if the engine has them. */
  readonly pull: boolean;
  /** `2` is BuildKit. */
  readonly builder: '1' | '2';
  /** The id of an open session, from which BuildKit takes credentials. */
  readonly session?: string | undefined;
  /** The value of X-Registry-Config. */
  readonly registries?: string | undefined;
  /** A name by which BuildKit's build can be cancelled. */
  readonly buildId: string;
}

/** What Symphony asks of an engine about images, one call for each. All throw `EngineError` if the engine refuses. */
export class EngineImages {
  readonly #api: EngineApi;

  constructor(api: EngineApi) {
    this.#api = api;
  }

  /** Returns undefined if the engine does not have the image. */
  inspect(name: string, signal?: AbortSignal | undefined): Promise<ImageInfo | undefined> {
    const operation = `inspect image ${name}`;
    return unlessAbsent(this.#api.request({ path: `/images/${name}/json`, operation, signal }));
  }

  /** Pulls an image; gives what the engine says of its progress, errors included. @param auth the value of X-Registry-Auth */
  pull(name: string, auth?: string, signal?: AbortSignal | undefined): Promise<AsyncIterable<readonly PullMessage[]>> {
    return this.#api.documents({
      method: 'POST',
      path: '/images/create',
      query: { fromImage: name },
      headers: auth === undefined ? {} : { 'x-registry-auth': auth },
      operation: `pull image ${name}`,
      timeout: 120,
      signal,
      lasts: true,
    });
  }

  /** Makes an image of a tar archive with its files. @param name with a tag */
  async import(name: string, archive: Readable): Promise<void> {
    const [repo, tag] = name.split(':');
    const messages = await this.#api.documents<PullMessage>({
      method: 'POST',
      path: '/images/create',
      query: { fromSrc: '-', repo, tag },
      upload: { stream: archive, type: 'application/x-tar' },
      operation: `make image ${name}`,
      lasts: true,
    });
    for await (const batch of messages)
      for (const { error } of batch)
        if (error !== undefined) throw new SymphonyError('failed', `The image ${name} cannot be made: ${error}.`);
  }

  /** Builds an image of a tar archive; gives what the engine says of its progress, errors included. An abort ends it. */
  build(
    request: BuildRequest,
    archive: Readable,
    signal?: AbortSignal,
  ): Promise<AsyncIterable<readonly BuildMessage[]>> {
    const { names, dockerfile, target, args, labels, pull, builder, session, registries, buildId } = request;
    return this.#api.documents({
      method: 'POST',
      path: '/build',
      query: {
        t: names,
        dockerfile,
        target,
        buildargs: args,
        labels,
        ...(pull ? { pull: true } : {}),
        // Containers of failed steps are of no use.
        rm: true,
        forcerm: true,
        ...(builder === '2' ? { version: builder, session, buildid: buildId } : {}),
      },
      headers: registries === undefined ? {} : { 'x-registry-config': registries },
      upload: { stream: archive, type: 'application/x-tar' },
      operation: `build image ${names[0]}`,
      timeout: null,
      signal,
      lasts: true,
    });
  }

  /** Ends a build of BuildKit. Has no effect if there is none. */
  async cancelBuild(buildId: string): Promise<void> {
    await this.#api.request({
      method: 'POST',
      path: '/build/cancel',
      query: { id: buildId },
      operation: 'cancel a build',
    });
  }

  /** Opens a connection over which BuildKit calls gRPC methods of this program. @param methods as in `/package.Service/Method` */
  openSession(id: string, methods: readonly string[], signal?: AbortSignal | undefined): Promise<Duplex> {
    return this.#api.hijack({
      method: 'POST',
      path: '/session',
      headers: {
        'x-docker-expose-session-uuid': id,
        'x-docker-expose-session-name': 'symphony',
        'x-docker-expose-session-grpc-method': [...methods],
      },
      protocol: 'h2c',
      operation: 'open a session for builds',
      signal,
    });
  }
}
