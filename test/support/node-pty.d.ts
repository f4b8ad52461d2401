/// <reference path="../../node_modules/node-pty/node-pty.d.ts" />

// The alias of @lydell/node-pty, whose types only know its own name.
declare module 'node-pty' {
  export * from '@lydell/node-pty';
}
