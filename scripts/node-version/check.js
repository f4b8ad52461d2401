// npm runs the checkout's own preinstall script when all is installed. It runs that of a dependency before it keeps anything,
// and undoes the installation if it fails. Plain JavaScript that any Node can read.

// The bundler's binary is left out by npm on any other Node. The checkout's programs then run on the Node that it installs.
// npm tells which Node it runs on: this script may be run by the one that it has just installed.
var agent = /\bnode\/v(\S+)/.exec(process.env.npm_config_user_agent || '');
var version = agent ? agent[1] : process.versions.node;
var parts = version.split('.').map(Number);
var major = parts[0];
var minor = parts[1];
var works = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;

if (!works) {
  console.error(
    'A checkout of Symphony is installed with Node 20.19 or newer, 22.12 or newer, or 24; this is Node ' +
      version +
      '. Nothing was installed. Get a newer Node from https://nodejs.org.',
  );
  process.exit(1);
}
