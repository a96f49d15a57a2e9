import { createRequire } from 'node:module';
import path from 'node:path';
import ts from 'typescript';

/**
 * Checks requests and responses against the OpenAPI types that ship with Qdrant's own client, read by the TypeScript
 * compiler at test time: a value passes when the client's types would admit it, with no unknown property in it.
 * The generator wrote `T | Record<string, unknown> | null` for "T or null"; the Record, which admits anything, is
 * left out of account.
 */
export interface ClientSchema {
  /** Null when the path and method are not Qdrant's; else what is wrong with the body and with the query string. */
  checkRequest(method: string, url: string, body: unknown): readonly string[] | null;
  checkResponse(method: string, url: string, body: unknown): readonly string[];
  operationOf(method: string, url: string): Operation | null;
}
export interface Operation {
  readonly path: string;
  readonly method: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export function readClientSchema(): ClientSchema {
  const entry = createRequire(import.meta.url).resolve('@qdrant/js-client-rest');
  const file = path.join(path.dirname(entry), '../types/openapi/generated_schema.d.ts');
  const program = ts.createProgram([file], { target: ts.ScriptTarget.ES2022, strict: true, noEmit: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const paths = module && checker.getExportsOfModule(module).find((symbol) => symbol.name === 'paths');
  if (!paths) throw new Error(`No paths in ${file}: the client has changed, so this reader has to.`);
  const pathsType = checker.getDeclaredTypeOfSymbol(paths);
  const validator = new Validator(checker);

  const member = (type: ts.Type | undefined, ...names: readonly string[]): ts.Type | undefined =>
    names.reduce<ts.Type | undefined>((current, name) => {
      const property = current && checker.getPropertyOfType(checker.getNonNullableType(current), name);
      return property && checker.getNonNullableType(checker.getTypeOfSymbol(property));
    }, type);
  const templates = checker.getPropertiesOfType(pathsType).map(({ name }) => ({
    name,
    pattern: new RegExp(
      `^${name.replace(/[.]/g, '\\.').replace(/\{([^}]+)\}/g, (_, parameter: string) => `(?<${parameter}>[^/]+)`)}$`,
    ),
  }));

  function operationOf(method: string, url: string): Operation | null {
    const { pathname } = new URL(url, 'http://stub');
    for (const { name, pattern } of templates) {
      const match = pattern.exec(pathname);
      if (match && member(pathsType, name, method.toLowerCase())) {
        const parameters = Object.entries(match.groups ?? {}).map(([key, value]) => [
          key,
          decodeURIComponent(value),
        ]);
        return { path: name, method: method.toLowerCase(), parameters: Object.fromEntries(parameters) };
      }
    }
    return null;
  }

  return {
    operationOf,
    checkRequest(method, url, body) {
      const operation = operationOf(method, url);
      if (!operation) return null;
      const type = member(pathsType, operation.path, operation.method);
      const bodyType = member(type, 'requestBody', 'content', 'application/json');
      const known = member(type, 'parameters', 'query');
      const names = known ? checker.getPropertiesOfType(known).map((property) => property.name) : [];
      const unknown = [...new URL(url, 'http://stub').searchParams.keys()].filter(
        (key) => !names.includes(key),
      );
      return [
        ...unknown.map((key) => `query parameter ${key} is not known`),
        ...(bodyType
          ? validator.check(body, bodyType, 'body')
          : body === undefined
            ? []
            : ['body is not expected']),
      ];
    },
    checkResponse(method, url, body) {
      const operation = operationOf(method, url);
      const type = operation && member(pathsType, operation.path, operation.method);
      const bodyType = type && member(type, 'responses', '200', 'content', 'application/json');
      return bodyType ? validator.check(body, bodyType, 'response') : ['no such operation'];
    },
  };
}

class Validator {
  constructor(private readonly checker: ts.TypeChecker) {}

  check(value: unknown, type: ts.Type, where: string): readonly string[] {
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return [];
    if (type.isUnion()) return this.checkUnion(value, type, where);
    const wrong = (expected: string) => [`${where} is ${show(value)}, not ${expected}`];
    if (type.isStringLiteral() || type.isNumberLiteral()) {
      return value === type.value ? [] : wrong(JSON.stringify(type.value));
    }
    if (type.flags & ts.TypeFlags.BooleanLiteral) {
      const text = this.checker.typeToString(type);
      return String(value) === text && typeof value === 'boolean' ? [] : wrong(text);
    }
    if (type.flags & ts.TypeFlags.String) return typeof value === 'string' ? [] : wrong('a string');
    if (type.flags & ts.TypeFlags.Number) return typeof value === 'number' ? [] : wrong('a number');
    if (type.flags & ts.TypeFlags.Boolean) return typeof value === 'boolean' ? [] : wrong('a boolean');
    if (type.flags & ts.TypeFlags.Null) return value === null ? [] : wrong('null');
    if (type.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Never)) {
      return value === undefined ? [] : wrong('absent');
    }
    if (this.checker.isArrayType(type)) {
      if (!Array.isArray(value)) return wrong('an array');
      const [element] = this.checker.getTypeArguments(type as ts.TypeReference);
      return element ? value.flatMap((one, index) => this.check(one, element, `${where}[${index}]`)) : [];
    }
    return this.checkObject(value, type, where);
  }

  private checkUnion(value: unknown, type: ts.UnionType, where: string): readonly string[] {
    const named = type.types.filter((member) => member.aliasSymbol?.name !== 'Record');
    const hasObject = named.some((member) => !(member.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)));
    let nearest: readonly string[] | null = null;
    for (const member of hasObject ? named : type.types) {
      const problems = this.check(value, member, where);
      if (problems.length === 0) return [];
      if (nearest === null || depth(problems) > depth(nearest)) nearest = problems;
    }
    return nearest ?? [`${where} fits nothing`];
  }

  private checkObject(value: unknown, type: ts.Type, where: string): readonly string[] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return [`${where} is ${show(value)}, not an object`];
    }
    const entries = new Map<string, unknown>(Object.entries(value));
    const problems: string[] = [];
    for (const property of this.checker.getPropertiesOfType(type)) {
      const inner = entries.get(property.name);
      entries.delete(property.name);
      if (inner === undefined) {
        if (!(property.flags & ts.SymbolFlags.Optional))
          problems.push(`${where}.${property.name} is missing`);
      } else {
        problems.push(
          ...this.check(inner, this.checker.getTypeOfSymbol(property), `${where}.${property.name}`),
        );
      }
    }
    const rest = this.checker.getIndexTypeOfType(type, ts.IndexKind.String);
    for (const [name, inner] of entries) {
      if (rest) problems.push(...this.check(inner, rest, `${where}.${name}`));
      else problems.push(`${where}.${name} is not known`);
    }
    return problems;
  }
}

/** Of several readings of a union, the one that failed deepest is the one that was meant. */
const depth = (problems: readonly string[]): number =>
  Math.min(...problems.map((problem) => (problem.split(' ')[0] ?? '').split(/[.[]/).length)) -
  problems.length / 1000;

const show = (value: unknown): string => JSON.stringify(value)?.slice(0, 60) ?? 'absent';
