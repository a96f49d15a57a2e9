// `npm start`. This file runs on any Node, so that an old one is told so in one line.
const needed = [20, 12];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(`Kindling needs Node ${needed.join('.')} or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}
import('./bootstrap.mjs').then(({ bootstrap }) => bootstrap(process.argv.slice(2)));
