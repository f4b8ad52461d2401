/** Plain data as it stands in a manifest. */
export type Json = { [key: string]: unknown };

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** A manifest: what is sent to the API server, and what a plan shows. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly OwnerReference[];
  };
  readonly [field: string]: unknown;
}

/** The same object, deleted with its owner. The owner's uid is known once it has been created. */
export function ownedBy(object: KubeObject, owner: OwnerReference): KubeObject {
  const { apiVersion, kind, name, uid } = owner;
  return { ...object, metadata: { ...object.metadata, ownerReferences: [{ apiVersion, kind, name, uid }] } };
}
