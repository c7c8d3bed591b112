package io.sandboximage.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import java.util.HashMap;
import java.util.Map;

/** What users of a type have to know: every type that its public and protected members name. */
final class PublicSignature {
    private PublicSignature() {}

    /** Whether it, and each type that it is nested in, is public. */
    static boolean isPublicApi(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(PublicSignature::isPublicApi).orElse(true);
    }

    /** The types, type arguments among them, and one place each where it is named. */
    static Map<JavaClass, String> namedTypes(JavaClass type) {
        Map<JavaClass, String> named = new HashMap<>();
        type.getSuperclass().ifPresent(parent -> add(named, parent, type.getName()));
        type.getInterfaces().forEach(parent -> add(named, parent, type.getName()));
        type.getTypeParameters().forEach(parameter -> add(named, parameter, type.getName()));
        for (JavaField field : type.getFields()) {
            if (visible(field)) {
                add(named, field.getType(), field.getFullName());
            }
        }
        for (JavaCodeUnit unit : type.getCodeUnits()) {
            if (visible(unit)) {
                add(named, unit.getReturnType(), unit.getFullName());
                unit.getParameterTypes().forEach(parameter -> add(named, parameter, unit.getFullName()));
                unit.getTypeParameters().forEach(parameter -> add(named, parameter, unit.getFullName()));
                unit.getExceptionTypes().forEach(thrown -> add(named, thrown, unit.getFullName()));
            }
        }
        return named;
    }

    private static boolean visible(JavaMember member) {
        return (member.getModifiers().contains(JavaModifier.PUBLIC)
                        || member.getModifiers().contains(JavaModifier.PROTECTED))
                && !member.getModifiers().contains(JavaModifier.SYNTHETIC);
    }

    private static void add(Map<JavaClass, String> named, JavaType type, String where) {
        type.getAllInvolvedRawTypes().forEach(raw -> named.putIfAbsent(raw.getBaseComponentType(), where));
    }
}
