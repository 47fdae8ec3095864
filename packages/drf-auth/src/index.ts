export { tokenBlacklist, tokenObtainPair, tokenRefresh, tokenVerify } from "./accounts/index.ts";
export { application, type Application, type ApplicationOptions, type Settings } from "./application/index.ts";
export { type Authentication, type Authenticator, jwt, type TokenSettings } from "./auth/index.ts";
export {
  APIException,
  AuthenticationFailed,
  ContentTooLarge,
  type ErrorDetail,
  ImproperlyConfigured,
  MethodNotAllowed,
  NotAcceptable,
  NotAuthenticated,
  NotFound,
  ParseError,
  PermissionDenied,
  ServiceUnavailable,
  Throttled,
  UnsupportedMediaType,
  ValidationError,
} from "./errors.ts";
export { type AnonymousUser, Form, Request, Response, type UploadedFile, type User as RequestUser } from "./http/index.ts";
export { type LeftJoined, leftJoin } from "./left-join.ts";
export {
  ContentType,
  type Field,
  field,
  Group,
  type Insert,
  model,
  type Model,
  Permission as PermissionModel,
  QuerySet,
  type Row,
  toDate,
  User,
  userModel,
  type UserModel,
  type Values,
} from "./models/index.ts";
export {
  allowAny,
  isAdminUser,
  isAuthenticated,
  isAuthenticatedOrReadOnly,
  isOwnerOrReadOnly,
  isSafe,
  type Permission,
  type Throttle,
} from "./policies/index.ts";
export {
  booleanField,
  charField,
  dateTimeField,
  dictField,
  emailField,
  integerField,
  modelSerializer,
  readOnly,
  serializer,
  type Serializer,
} from "./serializers/index.ts";
export {
  apiView,
  type Context,
  type DataContext,
  handler,
  include,
  modelViewSet,
  type ModelViewSetOptions,
  pageNumber,
  path,
  redirect,
  type Route,
  router,
  view,
  type View,
  type ViewOptions,
} from "./views/index.ts";
