import { type StubPerson, StubProvider } from './provider.fixture.js';

/** The stub as a process of its own, for tests of a whole installation: prints its issuer, and goes when it is told to. */
const provider = new StubProvider();
await provider.open();
provider.person = JSON.parse(process.argv[2] ?? '') as StubPerson;
console.log(provider.issuer);
