/** Who may import whom. Type-only imports count, for cycles too. */

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle makes the order of loading matter, and two files one. Types count.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { pathNot: '^src/types/' },
      // `tsc` resolves what packages of tests import of Symphony.
      to: { couldNotResolve: true, pathNot: '^symphony(/|$)' },
    },
    {
      name: 'engine-stands-alone',
      comment: 'The engine is what everything else stands on: it imports no other folder.',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: { path: '^src/', pathNot: '^src/engine/' },
    },
    {
      name: 'engine-draws-nothing-and-starts-nothing',
      comment: 'No React, no Kubernetes client, no processes in the engine.',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: { path: ['node_modules/(react|ink|@kubernetes)', '^(node:)?(child_process|cluster|worker_threads)$'] },
    },
    {
      name: 'rules-touch-no-world',
      comment: 'What follows from what is decided by pure functions, without clock, files or processes.',
      severity: 'error',
      from: { path: '^src/engine/rules/' },
      to: { pathNot: '^src/engine/(rules|contract|spec|text)/' },
    },
    {
      name: 'kit-imports-engine-only',
      comment: 'What any backend may use knows no backend, and no supervisor.',
      severity: 'error',
      from: { path: '^src/backends/kit/' },
      to: { path: '^src/', pathNot: '^src/(engine|backends/kit)/' },
    },
    {
      name: 'supervision-imports-engine-and-kit',
      comment: 'The supervisor knows runners by their interface; only its program puts them together.',
      severity: 'error',
      from: { path: '^src/backends/supervision/' },
      to: { path: '^src/', pathNot: '^src/(engine|backends/kit|backends/supervision)/' },
    },
    {
      name: 'backends-know-no-other-backend',
      comment: 'A backend imports the engine, the kit, the supervision, and itself.',
      severity: 'error',
      from: { path: '^src/backends/([^/]+)/', pathNot: '^src/backends/(kit|supervision)/' },
      to: { path: '^src/', pathNot: '^src/(engine|backends/kit|backends/supervision|backends/$1)/' },
    },
    {
      name: 'programs-know-no-face',
      comment: 'What runs as a process of its own puts backends together, and shows nothing.',
      severity: 'error',
      from: { path: '^src/programs/' },
      to: { path: '^src/(commands|app)/' },
    },
    {
      name: 'programs-are-not-imported',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/programs/' },
      to: { path: '^src/programs/' },
    },
    {
      name: 'backend-list-is-lazy',
      comment: 'The list of backends holds their loaders, and loads one only when it is wanted.',
      severity: 'error',
      from: { path: '^src/backends/[^/]+\\.ts$' },
      to: {
        path: '^src/(commands|app|backends/[^/]+)/',
        pathNot: '^src/backends/([^/]+)/\\1-loader\\.ts$',
        dependencyTypesNot: ['dynamic-import', 'type-only'],
      },
    },
    {
      name: 'app-imports-engine-only',
      comment: 'The app is handed what it needs beyond the engine.',
      severity: 'error',
      from: { path: '^src/app/' },
      to: { path: '^src/', pathNot: '^src/(engine|app)/' },
    },
    {
      name: 'nobody-imports-commands',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/commands/' },
      to: { path: '^src/commands/' },
    },
    {
      name: 'commands-load-app-and-backends-lazily',
      comment: '`symphony ls` loads neither React nor a backend it does not use.',
      severity: 'error',
      from: { path: '^src/commands/' },
      to: { path: '^src/(app/|backends/[^/]+/)', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'only-commands-load-the-app',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(commands|app)/' },
      to: { path: '^src/app/' },
    },
    {
      name: 'only-the-app-draws',
      comment: 'React and Ink are for the full-screen app.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/app/' },
      to: { path: 'node_modules/(react|ink|ink-table)/' },
    },
    {
      name: 'sources-know-no-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|examples|scripts)/' },
    },
    {
      name: 'packages-import-published-entries',
      comment: 'A package outside src imports what the package exports, as any other would, and no file of it.',
      severity: 'error',
      from: { path: '^test/packages/([^/]+)/' },
      to: {
        pathNot: ['^test/packages/$1/', '^symphony(/(engine|commands))?$'],
        dependencyTypesNot: ['core'],
      },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: 'specify',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
