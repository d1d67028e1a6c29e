/** The typed client of the HTTP API. */
export { createClient, type Client, type ClientOptions } from "./client/create-client.ts";
export { ServerError } from "./client/server-error.ts";
