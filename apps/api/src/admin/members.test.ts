import { createMember, findMemberByEmail, verifyPassword } from '@kindling/storage';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type ApiFixture, openApi } from '../api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const password = 'correct horse battery';
const path = '/admin/graphql';
const code = (answer: Answer) => answer.errors[0]?.extensions['code'];

/** A person at a browser: their cookie goes along. */
class Person {
  headers: Record<string, string> = { 'user-agent': 'Test browser' };
  constructor(readonly email: string) {}

  ask(query: string, variables: object = {}): Promise<Answer> {
    return api.ask(null, query, variables, { path, headers: this.headers });
  }
  async signIn(secret = password): Promise<Answer> {
    const answer = await this.ask('mutation ($input: SignInInput!) { signIn(input: $input) { id } }', {
      input: { email: this.email, password: secret },
    });
    this.keepCookie(answer);
    return answer;
  }
  keepCookie(answer: Answer) {
    const cookie = answer.headers.get('set-cookie')?.split(';')[0];
    if (cookie) this.headers = { ...this.headers, cookie };
  }
  async isIn(): Promise<boolean> {
    return (await this.ask('{ me { id } }')).data.me !== null;
  }
  async role(): Promise<string | null> {
    return (await this.ask('{ me { role } }')).data.me?.role ?? null;
  }
}

async function member(email: string, role: 'viewer' | 'merchandiser' | 'experimenter' | 'admin') {
  const { id } = await createMember(api.pool, {
    email,
    name: email,
    password,
    memberships: [{ catalogue: 'shop', role }],
  });
  const person = new Person(email);
  await person.signIn();
  return { id, person };
}

/** Each test begins with one admin. */
let admin: { id: string; person: Person };
beforeEach(async () => {
  await api.pool.query('DELETE FROM membership');
  admin = await member('ada@shop.example', 'admin');
});

const invite = async (email: string, role = 'VIEWER') =>
  admin.person.ask(
    'mutation ($input: InvitationInput!) { inviteMember(input: $input) { token invitation { id state } } }',
    { input: { email, role } },
  );
const accept = (person: Person, input: object) =>
  person.ask('mutation ($input: InvitationAnswer!) { acceptInvitation(input: $input) { email role } }', {
    input,
  });
const change = (by: Person, mutation: string) => by.ask(`mutation { ${mutation} }`);

describe('the members of a catalogue', () => {
  it('are listed in pages, each with role, to everybody who works on it', async () => {
    const { person } = await member('ben@shop.example', 'viewer');
    const page = (after: string | null) =>
      person.ask(
        'query ($after: String) { members(first: 1, after: $after) { nodes { email role } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
    const first = (await page(null)).data.members;
    expect(first.nodes).toEqual([{ email: 'ada@shop.example', role: 'ADMIN' }]);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = (await page(first.pageInfo.endCursor)).data.members;
    expect(second.nodes).toEqual([{ email: 'ben@shop.example', role: 'VIEWER' }]);
    expect(second.pageInfo.hasNextPage).toBe(false);
  });

  it('may do what their role of now allows: a change acts on open sessions at once', async () => {
    const { id, person } = await member('carl@shop.example', 'viewer');
    expect(await person.role()).toBe('VIEWER');
    await change(admin.person, `changeMemberRole(memberId: "${id}", role: EXPERIMENTER) { role }`);
    expect(await person.role()).toBe('EXPERIMENTER');
    expect(code(await change(person, `changeMemberRole(memberId: "${id}", role: ADMIN) { role }`))).toBe(
      'FORBIDDEN',
    );
  });

  it('that are suspended or removed lose their sessions at once; the role comes back with the reinstated', async () => {
    const { id, person } = await member('dora@shop.example', 'merchandiser');
    await change(admin.person, `suspendMember(memberId: "${id}") { suspendedAt }`);
    expect(await person.isIn()).toBe(false);
    await person.signIn();
    expect(await person.role()).toBeNull();
    expect(code(await person.ask('{ catalogue { id } }'))).toBe('FORBIDDEN');
    await change(admin.person, `reinstateMember(memberId: "${id}") { suspendedAt }`);
    expect(await person.role()).toBe('MERCHANDISER');
    await change(admin.person, `removeMember(memberId: "${id}")`);
    expect(await person.isIn()).toBe(false);
    await person.signIn();
    expect(await person.role()).toBeNull();
  });

  it('lose the streams that they have open with their session', async () => {
    const { id, person } = await member('emil@shop.example', 'viewer');
    const response = await fetch(`${api.api.url}/admin/graphql/stream`, {
      method: 'POST',
      headers: { ...person.headers, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { embeddingProgress { waiting } }' }),
    });
    const reader = response.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    await change(admin.person, `suspendMember(memberId: "${id}") { id }`);
    for (;;) if ((await reader?.read())?.done !== false) break;
  }, 20_000);

  it.each([
    'changeMemberRole(memberId: "ID", role: VIEWER) { id }',
    'suspendMember(memberId: "ID") { id }',
    'removeMember(memberId: "ID")',
  ])('always have an administrator: of the last one %s is a CONFLICT', async (mutation) => {
    const { id } = await member('frank@shop.example', 'admin');
    await change(admin.person, `suspendMember(memberId: "${id}") { id }`);
    const answer = await change(admin.person, mutation.replace('ID', admin.id));
    expect(code(answer)).toBe('CONFLICT');
    expect(answer.errors[0]?.message).toContain('the last administrator');
    expect(await admin.person.role()).toBe('ADMIN');
  });

  it('keep one administrator when two take the role from each other at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const other = await member('grace@shop.example', 'admin');
      const answers = await Promise.all([
        change(admin.person, `changeMemberRole(memberId: "${other.id}", role: VIEWER) { id }`),
        change(other.person, `changeMemberRole(memberId: "${admin.id}", role: VIEWER) { id }`),
      ]);
      expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
      const left = await api.pool.query(`SELECT 1 FROM membership WHERE role = 'admin'`);
      expect(left.rowCount).toBe(1);
      await member('ada@shop.example', 'admin');
    }
  });

  it('are changed with an entry in the audit log each', async () => {
    const { id } = await member('hugo@shop.example', 'viewer');
    await change(admin.person, `changeMemberRole(memberId: "${id}", role: ADMIN) { id }`);
    await change(admin.person, `endMemberSessions(memberId: "${id}")`);
    await change(admin.person, `removeMember(memberId: "${id}")`);
    const log = await admin.person.ask('{ auditLog(first: 3) { nodes { action target actor } } }');
    expect(log.data.auditLog.nodes).toEqual(
      ['member.remove', 'member.sign-out', 'member.role'].map((action) => ({
        action,
        target: 'hugo@shop.example',
        actor: 'member:ada@shop.example',
      })),
    );
  });
});

describe('an invitation', () => {
  it('makes a member with the role that it names, whose password signs in, and works once', async () => {
    const { token, invitation } = (await invite('Iris@Shop.example', 'EXPERIMENTER')).data.inviteMember;
    expect(invitation.state).toBe('OPEN');
    const iris = new Person('iris@shop.example');
    const offer = await iris.ask(
      'query ($token: String!) { invitationOffer(token: $token) { email role catalogueName hasAccount } }',
      { token },
    );
    expect(offer.data.invitationOffer).toEqual({
      email: 'iris@shop.example',
      role: 'EXPERIMENTER',
      catalogueName: 'The shop',
      hasAccount: false,
    });
    const short = await accept(iris, { token, name: 'Iris', password: 'too short' });
    expect(short.errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'input.password' });
    const accepted = await accept(iris, { token, name: 'Iris', password });
    iris.keepCookie(accepted);
    expect(await iris.role()).toBe('EXPERIMENTER');
    expect((await new Person(iris.email).signIn()).errors).toEqual([]);
    expect(code(await accept(iris, { token, name: 'Iris', password }))).toBe('NOT_FOUND');
    const stored = await api.pool.query('SELECT invitation::text AS row FROM invitation');
    expect(JSON.stringify(stored.rows)).not.toContain(token);
    const list = await admin.person.ask('{ invitations(first: 1) { nodes { email state } } }');
    expect(list.data.invitations.nodes[0]).toEqual({ email: 'iris@shop.example', state: 'ACCEPTED' });
  });

  it('is accepted by one of many who try at the same moment', async () => {
    const { token } = (await invite('jo@shop.example')).data.inviteMember;
    const tries = await Promise.all(
      Array.from({ length: 5 }, () => accept(new Person('jo@shop.example'), { token, name: 'Jo', password })),
    );
    expect(tries.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
  });

  it('that was withdrawn, replaced, or has expired opens nothing, in the same words', async () => {
    const withdrawn = (await invite('kim@shop.example')).data.inviteMember;
    await change(admin.person, `withdrawInvitation(id: "${withdrawn.invitation.id}") { state }`);
    const replaced = (await invite('kim@shop.example')).data.inviteMember;
    const expired = (await invite('kim@shop.example')).data.inviteMember;
    await api.pool.query(`UPDATE invitation SET expires_at = now() - interval '1 second' WHERE id = $1`, [
      expired.invitation.id,
    ]);
    const messages = new Set<string>();
    for (const { token } of [withdrawn, replaced, expired, { token: 'never-made' }]) {
      const answer = await accept(new Person('kim@shop.example'), { token, name: 'Kim', password });
      expect(code(answer)).toBe('NOT_FOUND');
      messages.add(answer.errors[0]?.message ?? '');
    }
    expect(messages.size).toBe(1);
    expect(await findMemberByEmail(api.pool, 'kim@shop.example')).toBeNull();
  });

  it('never changes the password of somebody who has an account: it asks for it', async () => {
    await createMember(api.pool, { email: 'lea@else.example', name: 'Lea', password, memberships: [] });
    const { token } = (await invite('lea@else.example', 'MERCHANDISER')).data.inviteMember;
    const taken = await accept(new Person('lea@else.example'), {
      token,
      name: 'Not Lea',
      password: 'another password',
    });
    expect(taken.errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'input.password' });
    const lea = new Person('lea@else.example');
    await lea.signIn();
    // signed in as the invited address, nothing more is asked
    expect((await accept(lea, { token })).data.acceptInvitation).toMatchObject({ email: 'lea@else.example' });
    const found = await findMemberByEmail(api.pool, 'lea@else.example');
    expect(found?.member.name).toBe('Lea');
    expect(await verifyPassword(found?.passwordHash ?? null, password)).toBe(true);
    expect(await lea.role()).toBe('MERCHANDISER');
  });

  it('is refused for somebody who is a member, and is no way back for one who was removed', async () => {
    expect(code(await invite('ada@shop.example'))).toBe('CONFLICT');
    const { token } = (await invite('mia@shop.example')).data.inviteMember;
    const { id } = await member('mia@shop.example', 'viewer');
    await change(admin.person, `removeMember(memberId: "${id}")`);
    expect(code(await accept(new Person('mia@shop.example'), { token, password }))).toBe('NOT_FOUND');
  });

  it('cannot be tried again and again', async () => {
    const { token } = (await invite('nils@shop.example')).data.inviteMember;
    const statuses = [];
    for (let round = 0; round < 12; round++) {
      statuses.push(
        (await accept(new Person('nils@shop.example'), { token, name: 'N', password: 'short' })).status,
      );
    }
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('a member’s own account', () => {
  it('shows where they are signed in, and ends one session or all others', async () => {
    const { person: here } = await member('olga@shop.example', 'viewer');
    const [there, elsewhere] = [new Person(here.email), new Person(here.email)];
    await there.signIn();
    const before = await here.ask('{ mySessions { id current userAgent } }');
    expect(before.data.mySessions).toHaveLength(2);
    expect(before.data.mySessions[0].userAgent).toBe('Test browser');
    const other = before.data.mySessions.find(({ current }: { current: boolean }) => !current);
    await change(here, `endSession(id: "${other.id}")`);
    expect(await there.isIn()).toBe(false);
    await elsewhere.signIn();
    expect((await change(here, 'endOtherSessions')).data.endOtherSessions).toBe(1);
    expect(await elsewhere.isIn()).toBe(false);
    expect(await here.isIn()).toBe(true);
  });

  it('gets another password with the one of now, which ends the other sessions', async () => {
    const { person: here } = await member('paul@shop.example', 'viewer');
    const there = new Person(here.email);
    await there.signIn();
    const set = (current: string, wanted: string) =>
      here.ask('mutation ($input: PasswordInput!) { changePassword(input: $input) }', {
        input: { current, wanted },
      });
    expect((await set('not my password', 'a new long password')).errors[0]?.extensions['field']).toBe(
      'input.current',
    );
    expect((await set(password, 'short')).errors[0]?.extensions['field']).toBe('input.wanted');
    expect((await set(password, 'a new long password')).errors).toEqual([]);
    expect([await here.isIn(), await there.isIn()]).toEqual([true, false]);
    expect(code(await new Person(here.email).signIn(password))).toBe('UNAUTHENTICATED');
    expect((await new Person(here.email).signIn('a new long password')).errors).toEqual([]);
  });
});
