/**
 * A Node.js program that listens on services, given by the prefix of their variables, and reports each on stdout:
 * `listening on 1 of 2`.
 */
export function listenOn(node: string, services: readonly string[], { delay }: { delay: number }): string[] {
  const program = `
    let open = 0;
    const services = ${JSON.stringify(services)};
    setTimeout(() => {
      for (const service of services) {
        const { [service + '_HOST']: host, [service + '_PORT']: port } = process.env;
        const answer = (socket) => socket.on('error', () => {}).end('hello from ' + service + '\\n').resume();
        const server = require('net').createServer(answer);
        server.listen(Number(port), host, () => console.log('listening on ' + ++open + ' of ' + services.length));
      }
    }, ${delay});`;
  return [node, '-e', program];
}

/** A Node.js program that connects to a service until it answers, prints the answer and ends. */
export function callOnce(node: string, service: string): string[] {
  const program = `
    const { ${service}_HOST: host, ${service}_PORT: port } = process.env;
    const call = () => {
      const socket = require('net').connect(Number(port), host);
      let answer = '';
      socket.on('data', (data) => (answer += data));
      socket.on('error', () => setTimeout(call, 100));
      socket.on('close', (failed) => { if (!failed) process.stdout.write(answer); });
    };
    call();`;
  return [node, '-e', program];
}

/** A Node.js program that prints its arguments and the named variables as one line of JSON. */
export function printArrived(node: string, variables: readonly string[], argv: readonly string[] = []): string[] {
  const program = `
    const env = Object.fromEntries(${JSON.stringify(variables)}.map((name) => [name, process.env[name]]));
    console.log(JSON.stringify({ argv: process.argv.slice(1), env }));`;
  return [node, '-e', program, '--', ...argv];
}

/** A Node.js program that prints all SYMPH_ variables as one line of JSON. */
export function printSymphonyVariables(node: string): string[] {
  const program = `
    const own = Object.entries(process.env).filter(([name]) => name.startsWith('SYMPH_'));
    console.log(JSON.stringify(Object.fromEntries(own)));`;
  return [node, '-e', program];
}
