export { ApiClient, type ClientRequest, type ClientResponse } from "./api-client.ts";
export { statementsOf, throwaway, type Throwaway, type ThrowawayOptions } from "./throwaway.ts";
