/** The OpenAPI document, made from the routes. */
import { z } from "zod";
import { errorBodySchema } from "../contract/route.ts";
import { routes } from "../contract/routes.ts";
import type { RouteName, Routes } from "../contract/route-shapes.ts";
import { streamMessageSchema } from "../contract/stream.ts";

type Json = { readonly [key: string]: unknown };

const VERSION = "3.1.0";
const DEFS = "#/$defs/";

/** @param version of the server */
export function openApiDocument(version: string): Json {
  const components = new Map<string, unknown>();
  const paths = new Map<string, Map<string, unknown>>();
  for (const [name, route] of Object.entries(routes)) {
    const path = paths.get(route.path) ?? new Map<string, unknown>();
    path.set(route.method.toLowerCase(), operationOf(name, route, components));
    paths.set(route.path, path);
  }
  paths.set("/api/stream", new Map([["get", streamOperation(components)]]));
  return {
    openapi: VERSION,
    info: { title: "Reeve", version, description: "What the library does, over HTTP." },
    paths: Object.fromEntries(Array.from(paths, ([path, methods]) => [path, Object.fromEntries(methods)])),
    components: {
      schemas: Object.fromEntries(components),
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", in: "cookie", name: "reeve-PORT" },
      },
    },
  };
}

function operationOf(name: string, route: Routes[RouteName], components: Map<string, unknown>): Json {
  const input = schemaOf(route.input, "input", components);
  const properties = Object.entries(isJson(input["properties"]) ? input["properties"] : {});
  const required = Array.isArray(input["required"]) ? input["required"] : [];
  const inPath = new Set(Array.from(route.path.matchAll(/\{(\w+)\}/g), ([, field]) => field));
  const hasBody = route.method === "POST" || route.method === "PUT";
  const parameters = properties
    .filter(([field]) => inPath.has(field) || !hasBody)
    .map(([field, schema]) => ({
      name: field,
      in: inPath.has(field) ? "path" : "query",
      required: inPath.has(field) || required.includes(field),
      schema,
      // A list is one parameter with commas.
      ...(isJson(schema) && schema["type"] === "array" && { style: "form", explode: false }),
    }));
  const body = properties.filter(([field]) => !inPath.has(field));
  return {
    operationId: name,
    summary: route.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody && {
      requestBody: content({
        type: "object",
        properties: Object.fromEntries(body),
        required: required.filter((field) => !inPath.has(String(field))),
        additionalProperties: false,
      }),
    }),
    responses: {
      [route.status ?? 200]: {
        description: "Done",
        ...content(schemaOf(route.output, "output", components)),
      },
      default: { description: "Refused", ...content(schemaOf(errorBodySchema, "output", components)) },
    },
    security: route.scope === "open" ? [] : [{ token: [route.scope] }, { session: [route.scope] }],
  };
}

function streamOperation(components: Map<string, unknown>): Json {
  const schema = schemaOf(streamMessageSchema, "output", components);
  return {
    operationId: "stream",
    summary: "What happens, as server-sent events; each message is one of these",
    parameters: [
      {
        name: "topics",
        in: "query",
        required: true,
        schema: { type: "array", items: { type: "string" } },
        style: "form",
        explode: false,
      },
      { name: "from", in: "query", schema: { type: "integer" } },
      { name: "Last-Event-ID", in: "header", schema: { type: "integer" } },
    ],
    responses: { 200: { description: "Open", content: { "text/event-stream": { schema } } } },
    security: [{ token: ["read"] }, { session: ["read"] }],
  };
}

function content(schema: Json): Json {
  return { content: { "application/json": { schema } } };
}

/** The schema as JSON Schema; what has a name goes to the components. */
function schemaOf(schema: z.ZodType, io: "input" | "output", components: Map<string, unknown>): Json {
  const made = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  const { $defs = {}, $schema: _dialect, ...rest } = made;
  for (const [name, definition] of Object.entries($defs)) components.set(name, moved(definition));
  const found = moved(rest);
  return isJson(found) ? found : {};
}

/** The same with references to where the components stand. */
function moved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moved);
  if (!isJson(value)) return value;
  const { $schema: _dialect, ...rest } = value;
  return Object.fromEntries(
    Object.entries(rest).map(([key, entry]) => {
      if (key === "$ref" && typeof entry === "string" && entry.startsWith(DEFS)) {
        return [key, `#/components/schemas/${entry.slice(DEFS.length)}`];
      }
      return [key, moved(entry)];
    }),
  );
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
