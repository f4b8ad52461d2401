/** Plain data as it stands in a manifest. */
export type Json = { [key: string]: unknown };

/** A manifest: what is sent to the API server, and what a plan shows. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}
