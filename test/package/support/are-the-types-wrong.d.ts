// The part of the package that the test uses. Its own declarations bring a TypeScript of their own along.
declare module '@arethetypeswrong/core' {
  export interface Problem {
    readonly kind: string;
    readonly resolutionKind?: string;
    readonly entrypoint?: string;
  }
  export interface Package {
    readonly packageName: string;
  }
  export interface Analysis {
    readonly types: false | object;
    readonly entrypoints: Readonly<Record<string, unknown>>;
    readonly problems: readonly Problem[];
  }
  export function createPackageFromTarballData(tarball: Uint8Array): Package;
  export function checkPackage(source: Package): Promise<Analysis>;
}
