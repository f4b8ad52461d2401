import type { Progress } from '../../../engine/contract/capabilities.ts';
import { isStatus, notKubernetes } from './api-error.ts';
import { KubeApi, type Query } from './kube-api.ts';
import type { KubeList, KubeObject } from './kube-object.ts';
import { inNamespaces, type Kind, kindOf, listPath, objectPath, pluralOf } from './resource-path.ts';

export interface ObjectName {
  readonly kind: Kind;
  readonly name: string;
  readonly namespace?: string | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Options of a call that may take long. */
export interface LongCallOptions extends CallOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Seconds for a call that removes thousands of objects: the server removes them one by one, and times out after a
 * minute.
 */
const removalTimeoutSeconds = 120;
const maxRemovalCalls = 20;

/** Creates, reads, lists, changes and removes objects of the API. All methods throw SymphonyError. */
export class KubeClient extends KubeApi {
  create<Result extends KubeObject = KubeObject>(
    object: KubeObject,
    options: CallOptions & { readonly dryRun?: boolean } = {},
  ): Promise<Result> {
    const kind = kindOf(object);
    return this.request({
      method: 'POST',
      path: listPath(kind, object.metadata.namespace),
      // Releases before 1.25 do not support strict validation and drop unknown fields.
      query: options.dryRun ? { dryRun: 'All', fieldValidation: 'Strict' } : {},
      body: object,
      operation: `create ${pluralOf(kind)} ${object.metadata.name}${inNamespace(object.metadata.namespace)}`,
      signal: options.signal,
    });
  }

  get<Result extends KubeObject = KubeObject>(
    { kind, name, namespace }: ObjectName,
    options: CallOptions = {},
  ): Promise<Result> {
    return this.request({
      path: objectPath(kind, name, namespace),
      operation: `get ${pluralOf(kind)} ${name}${inNamespace(namespace)}`,
      signal: options.signal,
      retriesReads: true,
    });
  }

  /** Returns the object, or undefined if it does not exist. */
  async find<Result extends KubeObject = KubeObject>(
    name: ObjectName,
    options: CallOptions = {},
  ): Promise<Result | undefined> {
    return this.get<Result>(name, options).catch(undefinedIf(404));
  }

  async list<Item extends KubeObject = KubeObject>(
    kind: Kind,
    options: CallOptions & {
      readonly namespace?: string | undefined;
      readonly query?: Query;
      /** Fails at once if the server is unavailable. */
      readonly once?: boolean;
    } = {},
  ): Promise<KubeList<Item>> {
    const operation = `list ${pluralOf(kind)}${inNamespaces(kind, options.namespace)}`;
    const list = await this.request<KubeList<Item>>({
      path: listPath(kind, options.namespace),
      ...(options.query && { query: options.query }),
      operation,
      signal: options.signal,
      timeout: 60,
      retriesReads: !options.once,
    });
    if (list.metadata === undefined) throw notKubernetes(this.identity, operation, 'something that is not a list');
    return { ...list, items: list.items ?? [] };
  }

  /** Merges the patch into the object (RFC 7386). */
  patch<Result extends KubeObject = KubeObject>(
    { kind, name, namespace }: ObjectName,
    patch: object,
    options: CallOptions = {},
  ): Promise<Result> {
    return this.request({
      method: 'PATCH',
      path: objectPath(kind, name, namespace),
      body: patch,
      contentType: 'application/merge-patch+json',
      operation: `patch ${pluralOf(kind)} ${name}${inNamespace(namespace)}`,
      signal: options.signal,
    });
  }

  /** Removes the object; returns false if it does not exist or has another uid. */
  async remove(
    { kind, name, namespace }: ObjectName,
    options: CallOptions & { readonly uid?: string | undefined; readonly gracePeriodSeconds?: number } = {},
  ): Promise<boolean> {
    const removed = this.request({
      method: 'DELETE',
      path: objectPath(kind, name, namespace),
      body: {
        propagationPolicy: 'Background',
        ...(options.uid && { preconditions: { uid: options.uid } }),
        ...(options.gracePeriodSeconds !== undefined && { gracePeriodSeconds: options.gracePeriodSeconds }),
      },
      operation: `delete ${pluralOf(kind)} ${name}${inNamespace(namespace)}`,
      signal: options.signal,
    });
    return removed.then(
      () => true,
      (error) => {
        if (isStatus(error, 404) || (options.uid !== undefined && isStatus(error, 409))) return false;
        throw error;
      },
    );
  }

  /** Removes all objects of a kind with these labels; one by one for kinds without a collection delete. */
  async removeAll(
    kind: Kind,
    namespace: string,
    labelSelector: string,
    { gracePeriodSeconds, ...options }: CallOptions & { readonly gracePeriodSeconds?: number } = {},
  ): Promise<void> {
    if (kind === 'Service') {
      const { items } = await this.list(kind, { namespace, query: { labelSelector }, ...options });
      await Promise.all(
        items.map(({ metadata }) =>
          this.remove({ kind, namespace, name: metadata.name }, { ...options, uid: metadata.uid }),
        ),
      );
      return;
    }
    for (let calls = 1; ; calls += 1) {
      try {
        await this.request({
          method: 'DELETE',
          path: listPath(kind, namespace),
          query: { labelSelector },
          body: { propagationPolicy: 'Background', ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }) },
          operation: `delete ${pluralOf(kind)}${inNamespace(namespace)}`,
          signal: options.signal,
          timeout: removalTimeoutSeconds,
        });
        return;
      } catch (error) {
        if (isStatus(error, 404)) return;
        // Of thousands, the server removes as many as it can before its own timeout, and must be asked again for the
        // rest.
        if (!isOutOfTime(error) || calls === maxRemovalCalls) throw error;
      }
    }
  }
}

/** Old servers report the timeout as status 500. */
function isOutOfTime(error: unknown): boolean {
  return isStatus(error, 504) || (isStatus(error, 500) && error.message.includes('context deadline exceeded'));
}

function inNamespace(namespace: string | undefined): string {
  return namespace === undefined ? '' : ` in namespace ${namespace}`;
}

function undefinedIf(status: number) {
  return (error: unknown): undefined => {
    if (isStatus(error, status)) return undefined;
    throw error;
  };
}
