export {
  type Action,
  action,
  type ActionOptions,
  type DetailActionContext,
  type ListActionContext,
} from "./actions/action.ts";
export { bindView, type BoundView } from "./bound-view.ts";
export type { Conditional } from "./conditional.ts";
export { dispatch } from "./dispatch.ts";
export type { Answer } from "./dispatch-answer.ts";
export { faultAnswer } from "./error-answer.ts";
export {
  createView,
  destroyView,
  type GenericViewOptions,
  listCreateView,
  listView,
  retrieveDestroyView,
  retrieveUpdateDestroyView,
  retrieveUpdateView,
  retrieveView,
  updateView,
} from "./generic-views.ts";
export { modelViewSet, readOnlyModelViewSet, type ViewSet } from "./model-view-set.ts";
export { cursor, type CursorOptions } from "./pagination/cursor.ts";
export { limitOffset, type LimitOffsetOptions } from "./pagination/limit-offset.ts";
export { pageNumber, type PageNumberOptions } from "./pagination/page-number.ts";
export type { PageSource, Pagination } from "./pagination/pagination.ts";
export { redirect } from "./redirect.ts";
export { include, path, type Route, router, simpleRouter } from "./router.ts";
export { urlPathVersioning, type UrlPathVersioningOptions, type Versioning } from "./versioning.ts";
export {
  apiView,
  type Context,
  type DataContext,
  type Handler,
  handler,
  view,
  type View,
  type ViewOptions,
} from "./view.ts";
export type {
  ExceptionHandler,
  Objects,
  PermissionContext,
  PolicyOptions,
  Site,
  ViewServices,
} from "./view-services.ts";
export type { ObjectContext, QueryContext, Saving } from "./view-set-context.ts";
export type { ActionName, ModelViewSetOptions } from "./view-set-services.ts";
