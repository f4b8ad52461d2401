/** A validated `kube:` section. */
export interface KubeSection {
  readonly namespace?: string;
  readonly nodePools?: unknown;
  readonly supervisorImage?: string;
  readonly supervisorAccount?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
  readonly affinity?: Readonly<Record<string, unknown>>;
  readonly imagePullSecrets?: string | readonly string[];
  readonly serviceAccount?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly restartPolicy?: KubeRestartPolicy;
  readonly patch?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly VolumeInput[];
  readonly sharedMemory?: number | string;
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  readonly workingDir?: string | null;
  readonly gpuResource?: string;
  readonly requests?: Amounts;
  readonly limits?: Amounts;
  readonly place?: PlacementInput;
  readonly expose?: ExposeType;
  readonly exposeAnnotations?: Readonly<Record<string, string>>;
}

export type KubeRestartPolicy = 'Always' | 'OnFailure' | 'Never';
export type ExposeType = 'LoadBalancer' | 'NodePort' | 'none';
export type Amounts = Readonly<Record<string, number | string>>;

export interface Toleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

export interface VolumeInput {
  readonly name?: string;
  readonly mount: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
  readonly nfs?: { readonly server: string; readonly path: string };
  readonly hostPath?: string | { readonly path: string; readonly type?: string };
  readonly emptyDir?: { readonly medium?: '' | 'Memory'; readonly size?: number | string };
  readonly secret?: string | Readonly<Record<string, unknown>>;
  readonly configMap?: string | Readonly<Record<string, unknown>>;
  readonly persistentVolumeClaim?: string | Readonly<Record<string, unknown>>;
  readonly git?: GitInput;
  readonly raw?: Readonly<Record<string, unknown>>;
}

export interface GitInput {
  readonly repository: string;
  readonly revision?: string;
  readonly image?: string;
  readonly secret?: string;
}

export interface PlacementInput {
  readonly pool?: string;
  readonly share?: number | string;
  readonly gpus?: number;
  readonly cpu?: number | string;
  readonly memory?: number | string;
}
