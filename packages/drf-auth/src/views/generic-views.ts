import type { Model } from "../models/index.ts";
import type { ModelSerializer } from "../serializers/index.ts";
import { modelViewSet } from "./model-view-set.ts";
import type { View } from "./view.ts";
import type { ActionName, ModelViewSetOptions } from "./view-set-services.ts";

/** As of a view set; a generic view has no further actions. */
export type GenericViewOptions<M extends Model> = Omit<ModelViewSetOptions<M>, "actions" | "operations">;

type GenericView = <M extends Model>(serializer: ModelSerializer<M>, options?: GenericViewOptions<M>) => View;

/** Rows of a model, one operation or several at one address: `path("words/", listView(WordSerializer))`. */
function ofList(...operations: readonly ActionName[]): GenericView {
  return (serializer, options = {}) => {
    const viewSet = modelViewSet(serializer, { ...options, operations });
    return { bind: (services) => viewSet.bind(services).list };
  };
}

/** One row of a model at an address that names it: `path("words/:pk/", retrieveView(WordSerializer))`. */
function ofDetail(...operations: readonly ActionName[]): GenericView {
  return (serializer, options = {}) => {
    const viewSet = modelViewSet(serializer, { ...options, operations });
    return { bind: (services) => viewSet.bind(services).detail };
  };
}

/** GET of rows, as DRF's ListAPIView. */
export const listView = ofList("list");
/** POST of a new row, as DRF's CreateAPIView. */
export const createView = ofList("create");
/** GET of rows and POST of a new one, as DRF's ListCreateAPIView. */
export const listCreateView = ofList("list", "create");
/** GET of a row, as DRF's RetrieveAPIView; the path has `:pk`. */
export const retrieveView = ofDetail("retrieve");
/** PUT and PATCH of a row, as DRF's UpdateAPIView. */
export const updateView = ofDetail("update", "partial_update");
/** DELETE of a row, as DRF's DestroyAPIView. */
export const destroyView = ofDetail("destroy");
/** GET, PUT and PATCH of a row, as DRF's RetrieveUpdateAPIView. */
export const retrieveUpdateView = ofDetail("retrieve", "update", "partial_update");
/** GET and DELETE of a row, as DRF's RetrieveDestroyAPIView. */
export const retrieveDestroyView = ofDetail("retrieve", "destroy");
/** GET, PUT, PATCH and DELETE of a row, as DRF's RetrieveUpdateDestroyAPIView. */
export const retrieveUpdateDestroyView = ofDetail("retrieve", "update", "partial_update", "destroy");
