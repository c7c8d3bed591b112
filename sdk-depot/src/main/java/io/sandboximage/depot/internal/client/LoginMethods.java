package io.sandboximage.depot.internal.client;

import io.sandboximage.depot.internal.proto.account.FinishLoginRequest;
import io.sandboximage.depot.internal.proto.account.FinishLoginResponse;
import io.sandboximage.depot.internal.proto.account.StartLoginRequest;
import io.sandboximage.depot.internal.proto.account.StartLoginResponse;
import io.sandboximage.depot.internal.rpc.RpcMethod;

/** {@code depot.cli.v1beta1.LoginService}. */
public final class LoginMethods {
    private static final String SERVICE = "depot.cli.v1beta1.LoginService";

    public static final RpcMethod<StartLoginRequest, StartLoginResponse> START = RpcMethod.repeatable(
            SERVICE, "StartLogin", StartLoginRequest.getDefaultInstance(), StartLoginResponse.getDefaultInstance());
    public static final RpcMethod<FinishLoginRequest, FinishLoginResponse> FINISH = RpcMethod.repeatable(
            SERVICE, "FinishLogin", FinishLoginRequest.getDefaultInstance(), FinishLoginResponse.getDefaultInstance());

    private LoginMethods() {}
}
